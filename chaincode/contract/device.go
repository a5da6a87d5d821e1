package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

func deviceRef(id string) provenance.Ref { return provenance.Ref{Kind: provenance.KindDevice, ID: id} }

// checkDevice: Oversight, or an auditor without a stake, sees to it that a device
// stands at a site; one key is one device's.
func (t *transaction) checkDevice(d *provenance.Device) error {
	if err := t.disinterested("facility", d.Facility); err != nil {
		return err
	}
	k := deviceKey(d.Fingerprint())
	switch taken, err := t.has(k); {
	case err != nil:
		return err
	case taken:
		return refuse("publicKey", provenance.Conflict, "belongs to a device already", "register each key once")
	}
	return t.put(k, []byte(d.ID))
}

// checkDeviceTotal: the device is in good standing and signed the totals, which
// anybody may bring who has to do with its site.
func (t *transaction) checkDeviceTotal(e *entry, d *provenance.DeviceTotal) error {
	device, _, err := statement[provenance.Device](t.state, deviceRef(d.Device))
	if err != nil {
		return err
	}
	now, err := t.standing(deviceRef(d.Device))
	switch {
	case err != nil:
		return err
	case now.State == provenance.Suspended || now.State == provenance.Revoked:
		return refuse("device", provenance.NoStanding, "is suspended or revoked", "ask whoever registered it, or Oversight")
	}
	if err := t.operates("device", device.Facility); err != nil {
		return err
	}
	switch signed, err := d.SignedBy(device); {
	case err != nil:
		return err
	case !signed:
		return refuse("signature", provenance.NoStanding, "is not the device's over these totals", "send what the device signed, unchanged")
	}
	e.concerns(facilityRef(device.Facility))
	return nil
}
